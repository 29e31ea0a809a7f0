"""Loads on their way, walked as the pages walk them: files added, read by the worker's job, decided, written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import loads

if TYPE_CHECKING:
    from qipan.platform.imports.results import Result
    from qipan.platform.models import ImportDraft, Job
    from qipan.platform.rights import Actor


def begun(*paths: Path, by: Actor | None = None, unit: int | None = None) -> ImportDraft:
    """Return a draft with these files, not yet read."""
    from qipan.platform.imports import drafts

    draft = drafts.begin(by or loads.operator(), unit)
    for path in paths:
        drafts.add_file(draft, path.name, iter([path.read_bytes()]))
    return again(draft)


def again(draft: ImportDraft) -> ImportDraft:
    """Return the draft as it stands now."""
    from qipan.platform.models import ImportDraft

    return ImportDraft.objects.get(pk=draft.pk)


def worked(job: Job | None) -> Job:
    """Do a job as the worker does it."""
    from qipan.platform import jobs
    from qipan.platform.models import Job

    assert job is not None
    jobs.run.call(job.pk)
    return Job.objects.get(pk=job.pk)


def read(draft: ImportDraft, by: Actor | None = None) -> Result:
    """Have the draft read and return what that brought."""
    from qipan.platform.imports import drafts
    from qipan.platform.imports.results import result_of
    from qipan.platform.models import Job

    job = drafts.read(by or loads.operator(), again(draft)) or Job.objects.get(pk=again(draft).job)
    assert worked(job).state == "done"
    now = again(draft)
    found = result_of(now.pk, now.checked)
    assert found is not None
    assert found.revision == now.revision
    return found


def written(draft: ImportDraft, by: Actor | None = None) -> ImportDraft:
    """Have the draft written."""
    from qipan.platform.imports import drafts

    assert worked(drafts.commit(by or loads.operator(), again(draft))).state == "done"
    return again(draft)
