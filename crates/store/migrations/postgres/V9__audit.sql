-- The trail, found by whom and what it is about. What is stored of a row stays what it was: these columns repeat what
-- its body says.
ALTER TABLE audit DISABLE TRIGGER audit_is_final;

ALTER TABLE audit ADD COLUMN user_id uuid;
ALTER TABLE audit ADD COLUMN group_id uuid;
ALTER TABLE audit ADD COLUMN change_id uuid;
ALTER TABLE audit ADD COLUMN event text;

-- A text in a body may hold an escaped U+0000, at which PostgreSQL's JSON gives up; none of these texts does.
UPDATE audit SET
    event = said.body #>> '{entry,event}',
    user_id = (said.body #>> '{entry,user}')::uuid,
    group_id = (said.body #>> '{entry,group}')::uuid,
    change_id = (said.body #>> '{entry,change}')::uuid
FROM (SELECT tenant, id, replace(convert_from(body, 'UTF8'), '\u0000', '\ufffd')::json AS body FROM audit) said
WHERE audit.tenant = said.tenant AND audit.id = said.id;

ALTER TABLE audit ALTER COLUMN event SET NOT NULL;
ALTER TABLE audit ENABLE TRIGGER audit_is_final;

-- Ids are time-ordered: each page is one walk, from the newest.
CREATE INDEX audit_of_user ON audit (tenant, user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_of_group ON audit (tenant, group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX audit_of_change ON audit (tenant, change_id, id) WHERE change_id IS NOT NULL;
CREATE INDEX audit_of_event ON audit (tenant, event, id);

-- What a person was told, newest first. Pages of the outbox go by the same index.
CREATE INDEX IF NOT EXISTS outbox_listed_of_user ON outbox (tenant, user_id, id);
