"""The parts of tools/scim-conformance."""
