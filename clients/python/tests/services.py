"""The services that tests ask; whoever runs the tests starts them."""

import os
import unittest

VERIFIER = os.environ.get("SYNTHSMITH_TEST_VERIFIER")
REPLICAS = os.environ.get("SYNTHSMITH_TEST_REPLICAS")
ORCHESTRATOR = os.environ.get("SYNTHSMITH_TEST_ORCHESTRATOR")
# Asks a verifier, and takes data of at most 4 MiB.
TRAINER = os.environ.get("SYNTHSMITH_TEST_TRAINER")

needs_a_verifier = unittest.skipUnless(VERIFIER, "SYNTHSMITH_TEST_VERIFIER names no verifier")
needs_replicas = unittest.skipUnless(REPLICAS, "SYNTHSMITH_TEST_REPLICAS names no verifiers")
needs_an_orchestrator = unittest.skipUnless(ORCHESTRATOR, "SYNTHSMITH_TEST_ORCHESTRATOR names no orchestrator")
needs_a_trainer = unittest.skipUnless(TRAINER, "SYNTHSMITH_TEST_TRAINER names no trainer")

# Nobody listens there.
NOWHERE = "http://127.0.0.1:1"
