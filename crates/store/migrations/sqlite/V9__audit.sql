-- The trail, found by whom and what it is about. What is stored of a row stays what it was: these columns repeat what
-- its body says.
DROP TRIGGER audit_is_final;

ALTER TABLE audit ADD COLUMN user_id BLOB;
ALTER TABLE audit ADD COLUMN group_id BLOB;
ALTER TABLE audit ADD COLUMN change_id BLOB;
ALTER TABLE audit ADD COLUMN event TEXT NOT NULL DEFAULT '';

UPDATE audit SET
    event = json_extract(CAST(body AS TEXT), '$.entry.event'),
    user_id = unhex(json_extract(CAST(body AS TEXT), '$.entry.user'), '-'),
    group_id = unhex(json_extract(CAST(body AS TEXT), '$.entry.group'), '-'),
    change_id = unhex(json_extract(CAST(body AS TEXT), '$.entry.change'), '-');

CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END;

-- Ids are time-ordered: each page is one walk, from the newest.
CREATE INDEX audit_of_user ON audit (tenant, user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_of_group ON audit (tenant, group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX audit_of_change ON audit (tenant, change_id, id) WHERE change_id IS NOT NULL;
CREATE INDEX audit_of_event ON audit (tenant, event, id);

-- As for the other tables: what the planner is told instead of what it would guess.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('audit', 'audit_of_user', '5000000 5000000 5 1'),
    ('audit', 'audit_of_group', '100000 100000 10 1'),
    ('audit', 'audit_of_change', '3000000 3000000 3 1'),
    ('audit', 'audit_of_event', '5000000 5000000 200000 1');

-- What a person was told, newest first. Pages of the outbox go by the same index.
CREATE INDEX IF NOT EXISTS outbox_listed_of_user ON outbox (tenant, user_id, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT 'outbox', 'outbox_listed_of_user', '1000000 1000000 10 1'
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE idx = 'outbox_listed_of_user');
