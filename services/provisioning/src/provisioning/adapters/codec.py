"""Rows ↔ values of the domain."""

from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from provisioning.domain.facts import ActivationCause
from provisioning.domain.fiber import Agreed, Person, Registration
from provisioning.domain.lifecycle import PortingState, RegistrationState, TrunkStatus, WorkState
from provisioning.domain.porting import Part, Porting
from provisioning.domain.site import Site
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import Line, Wording, WorkOrder
from telecom.addresses import Address
from telecom.numbers import NumberBlock

_LINE = TypeAdapter(Line)
_NUMBERS = TypeAdapter(tuple[NumberBlock, ...])
_PARTS = TypeAdapter(list[Part])


def trunk_row(one: Trunk) -> dict[str, Any]:
    return {
        "trunk_id": one.trunk_id,
        "agreement_id": one.agreement_id,
        "agreement_number": one.agreement_number,
        "order_id": one.order_id,
        "customer_id": one.customer_id,
        "customer_name": one.customer_name,
        "channels": one.channels,
        "srtp": one.srtp,
        "immediate": one.immediate,
        "status": one.status.value,
        "provisioned_at": one.provisioned_at,
        "activates_on": one.activates_on,
        "activated_at": one.activated_at,
        "cause": one.cause,
        "terminated_at": one.terminated_at,
    }


def trunk_of(row: Any) -> Trunk:
    values = dict(row._mapping)
    values["status"] = TrunkStatus(row.status)
    values["cause"] = row.cause and ActivationCause(row.cause)
    return Trunk(**values)


def site_row(one: Site) -> dict[str, Any]:
    return {
        "site_id": one.site_id,
        "trunk_id": one.trunk_id,
        "agreement_id": one.agreement_id,
        "order_id": one.order_id,
        "customer_id": one.customer_id,
        "name": one.name,
        "address": asdict(one.address),
        "area_code": one.area_code,
        "state": one.state,
        "doubtful": one.doubtful,
        "provisioned_at": one.provisioned_at,
        "terminated_at": one.terminated_at,
    }


def site_of(row: Any) -> Site:
    return Site(**{**row._mapping, "address": Address(**row.address)})


def work_order_row(one: WorkOrder) -> dict[str, Any]:
    return {
        "work_order_id": one.work_order_id,
        "order_id": one.order_id,
        "order_number": one.order_number,
        "line_id": one.line_id,
        "agreement_id": one.agreement_id,
        "agreement_number": one.agreement_number,
        "customer_id": one.customer_id,
        "customer_name": one.customer_name,
        "business_case": one.business_case,
        "manual": one.manual,
        "line": _LINE.dump_json(one.line).decode(),
        "correlation_id": one.correlation_id,
        "opened_at": one.opened_at,
        "due_on": one.due_on,
        **work_order_progress(one),
    }


def work_order_progress(one: WorkOrder) -> dict[str, Any]:
    """What changes after it was opened."""
    return {
        "state": one.state.value,
        "finished_at": one.finished_at,
        "code": one.code,
        "reason": None if one.reason is None else {"de": one.reason.de, "en": one.reason.en},
    }


def work_order_of(row: Any) -> WorkOrder:
    values = dict(row._mapping)
    values |= {
        "line": _LINE.validate_json(row.line),
        "state": WorkState(row.state),
        "reason": None if row.reason is None else Wording(**row.reason),
    }
    return WorkOrder(**values)


def registration_row(one: Registration) -> dict[str, Any]:
    person, agreed = one.person, one.agreed
    return {
        "registration_id": one.registration_id,
        "link_id": one.link_id,
        "token_hash": one.token_hash,
        "state": one.state.value,
        "name": person and person.name,
        "email": person and person.email,
        "phone": person and person.phone,
        "address": one.address and asdict(one.address),
        "version": agreed.version,
        "language": agreed.language,
        "privacy": agreed.privacy,
        "consent": agreed.consent,
        "agreed_at": agreed.at,
        "valid_until": one.valid_until,
        "confirmed_at": one.confirmed_at,
        "ended_at": one.ended_at,
        "checksum": one.checksum,
    }


def registration_of(row: Any) -> Registration:
    return Registration(
        registration_id=row.registration_id,
        link_id=row.link_id,
        token_hash=row.token_hash,
        agreed=Agreed(row.version, row.language, row.privacy, row.consent, row.agreed_at),
        valid_until=row.valid_until,
        person=None if row.email is None else Person(row.name, row.email, row.phone),
        address=None if row.address is None else Address(**row.address),
        state=RegistrationState(row.state),
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        checksum=row.checksum,
    )


def porting_row(one: Porting) -> dict[str, Any]:
    return {
        "porting_id": one.porting_id,
        "order_id": one.order_id,
        "line_id": one.line_id,
        "agreement_id": one.agreement_id,
        "site_id": one.site_id,
        "customer_id": one.customer_id,
        "state": one.state.value,
        "change_date": one.change_date,
        "numbers": _NUMBERS.dump_python(one.numbers, mode="json"),
        "donor": one.donor,
        "ended": one.ended,
        "parts": _PARTS.dump_python(one.parts, mode="json"),
    }


def porting_of(row: Any) -> Porting:
    return Porting(
        porting_id=row.porting_id,
        order_id=row.order_id,
        line_id=row.line_id,
        agreement_id=row.agreement_id,
        site_id=row.site_id,
        customer_id=row.customer_id,
        donor=row.donor,
        ended=row.ended or (row.parts is None and row.state == PortingState.DEAD.value),
        parts=_PARTS.validate_python(row.parts) if row.parts is not None else _as_one_part(row),
    )


def _as_one_part(row: Any) -> list[Part]:
    numbers = _NUMBERS.validate_python(row.numbers)
    return [Part(numbers, PortingState(row.state), row.change_date)] if numbers else []
