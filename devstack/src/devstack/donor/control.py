"""HTTP control of the simulated carriers: how each behaves, and what was asked lately."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from devstack.donor.behaviours import Behaviour
from devstack.donor.carriers import Carriers
from telecom.refusal import Refusal


def control(carriers: Carriers) -> FastAPI:
    app = FastAPI(title="Trunkline simulated donor", docs_url=None, redoc_url=None)

    @app.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"ready": carriers.ready}, 200 if carriers.ready else 503)

    @app.get("/behaviours")
    async def behaviours() -> dict[str, Any]:
        return {"carriers": carriers.behaviours.by_carrier, "numbers": carriers.behaviours.by_number}

    @app.put("/behaviours/{key}", response_model=None)
    async def choose(key: str, behaviour: Behaviour) -> Behaviour | JSONResponse:
        """`key`: a carrier code such as DEU.ALTNET, or a phone number."""
        try:
            carriers.behaviours.choose(key, behaviour)
        except Refusal as refusal:
            return JSONResponse({"detail": str(refusal)}, 422)
        return behaviour

    @app.get("/recent")
    async def recent() -> list[dict[str, Any]]:
        return list(carriers.recent)

    return app
