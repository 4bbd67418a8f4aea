class Decisions: pass
