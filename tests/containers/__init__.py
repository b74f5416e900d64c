"""The integration tests on containers: a pytest plugin that starts them, and stand-ins for their images."""
