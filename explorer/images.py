class Decisions:
    pass
