"""The Docker engine, if one answers."""

import docker
from docker.errors import DockerException


class NoEngine(Exception):
    """No Docker engine answers."""


def engine() -> docker.DockerClient:
    try:
        client = docker.from_env()
        client.ping()
    except DockerException as error:
        raise NoEngine(f"no Docker engine answers: {error}") from error
    return client
