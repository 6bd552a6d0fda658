-- A specification says what kind it is of, and names a job's model like any other.
UPDATE jobs SET spec = json_set(json_remove(spec, '$.base.job'), '$.base.model', 'jobs/' || json_extract(spec, '$.base.job'))
WHERE json_extract(spec, '$.base.job') IS NOT NULL;
UPDATE jobs SET spec = json_object('sft', json(spec));

-- Of evaluations.
ALTER TABLE jobs ADD COLUMN samples INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN graded  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN passed  INTEGER NOT NULL DEFAULT 0;
