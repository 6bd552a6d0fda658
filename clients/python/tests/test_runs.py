"""A run, from its creation to its output."""

import json
import tempfile
import unittest
from pathlib import Path

import grpc
from services import ORCHESTRATOR, needs_an_orchestrator

from synthsmith import Fault, Runs
from synthsmith.orchestrator.v1 import orchestrator_service_pb2 as pb

SAMPLES = Path(__file__).parents[3] / "samples" / "python"
SPEC = pb.RunSpec(item_count=4, seed=7, candidate_count=4, test_count=8, evolution_rounds=1, evolution_steps=4)


def samples():
    for path in sorted(SAMPLES.glob("*.py"))[:20]:
        yield pb.CodeSample(id=path.name, language="python", code=path.read_text())


@needs_an_orchestrator
class OfAnOrchestrator(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.runs = await self.enterAsyncContext(Runs(ORCHESTRATOR))

    async def test_a_run_is_made_watched_listed_and_its_output_received(self):
        run = await self.runs.create("from-python", SPEC, samples())
        self.assertEqual(run.name, "runs/from-python")
        seen = [run async for run in self.runs.watch(run.name)]
        self.assertEqual(seen[-1].state, pb.Run.STATE_SUCCEEDED, seen[-1].error)
        self.assertIn(run.name, [run.name async for run in self.runs.all()])
        with tempfile.TemporaryDirectory() as place:
            paths = await self.runs.export(run.name, Path(place) / "out")
            names = {str(path.relative_to(Path(place) / "out")) for path in paths}
            self.assertLessEqual({"data/tasks.jsonl", "report.json"}, names)
            report = json.loads((Path(place) / "out/report.json").read_text())
            lines = (Path(place) / "out/data/tasks.jsonl").read_text().splitlines()
            self.assertEqual(len(lines), report["accepted"])
            with self.assertRaises(FileExistsError):
                await self.runs.export(run.name, Path(place) / "out")
        with self.assertRaises(Fault) as raised:
            await self.runs.create("from-python", SPEC, samples())
        self.assertIs(raised.exception.code, grpc.StatusCode.ALREADY_EXISTS)

    async def test_a_run_that_nobody_made_is_not_found(self):
        with self.assertRaises(Fault) as raised:
            await self.runs.get("runs/nobody")
        self.assertEqual(raised.exception.reason, "RUN_NOT_FOUND")


if __name__ == "__main__":
    unittest.main()
