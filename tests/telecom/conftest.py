from hypothesis import settings

settings.register_profile("tables are loaded within an example", deadline=None)
settings.load_profile("tables are loaded within an example")
