"""The virus scanner's protocol, against a server that speaks it."""

import pytest

from devstack.programs import free_ports
from porting.adapters.door import FormDoor
from porting.adapters.scanner import ClamdScanner
from porting.domain import refusals
from tests.porting.clamd import EICAR, clamd
from tests.porting.pdfs import made

pytestmark = pytest.mark.rule("PORT-4")


async def test_a_clean_file_passes_and_an_infected_one_is_refused() -> None:
    async with clamd() as scanner:
        await scanner.scan(b"clean" * 50_000)
        with pytest.raises(refusals.FileInfected):
            await scanner.scan(b"-" * 100_000 + EICAR)


async def test_without_its_scanner_nothing_is_let_in() -> None:
    away = ClamdScanner("127.0.0.1", free_ports(1)[0])
    with pytest.raises(refusals.ScannerAway):
        await away.scan(b"clean")
    with pytest.raises(refusals.ScannerAway):
        await FormDoor(away).admit(made())


async def test_the_door_asks_the_scanner_about_the_file_as_it_came() -> None:
    async with clamd() as scanner:
        door = FormDoor(scanner)
        assert (await door.admit(made())).media_type == "application/pdf"
        infected = made(lambda pdf: pdf.pages[0].contents_add(EICAR), compress_streams=False)
        with pytest.raises(refusals.FileInfected):
            await door.admit(infected)
