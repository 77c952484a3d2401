"""Use cases: fetch, compute, store. One file a feature, one function a use case."""
