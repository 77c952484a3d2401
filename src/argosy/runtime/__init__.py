"""Cache, bus, locks, clock, secrets: one Protocol, a memory and a Redis form each."""
