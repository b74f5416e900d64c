"""The first to ask about a place waits no longer than others."""

from fastapi import FastAPI

from provisioning.main import prepare
from telecom.places import area_codes, towns_by_postcode


def test_places_are_read_before_anybody_asks() -> None:
    app = FastAPI()
    app.state.units = None
    for read in (area_codes, towns_by_postcode):
        read.cache_clear()
    prepare(app)
    assert [read.cache_info().currsize for read in (area_codes, towns_by_postcode)] == [1, 1]
