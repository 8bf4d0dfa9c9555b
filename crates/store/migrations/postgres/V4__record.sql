-- Shared budgets, administration, the audit trail, outcomes of commits, and the keys this database belongs to.
CREATE TABLE spend (
    tenant         text   NOT NULL,
    budget         text   NOT NULL,
    taken          bigint NOT NULL,
    window_ends_at bigint NOT NULL,
    CONSTRAINT spend_pkey PRIMARY KEY (tenant, budget)
);

CREATE TABLE setting (
    tenant text NOT NULL,
    name   text NOT NULL,
    value  text NOT NULL,
    CONSTRAINT setting_pkey PRIMARY KEY (tenant, name)
);

CREATE TABLE scope_grant (
    tenant       text NOT NULL,
    subject_kind text NOT NULL CHECK (subject_kind IN ('user', 'client', 'server')),
    subject_id   uuid NOT NULL,
    scope        text NOT NULL,
    CONSTRAINT scope_grant_pkey PRIMARY KEY (tenant, subject_kind, subject_id, scope)
);

CREATE TABLE client (
    tenant      text  NOT NULL,
    id          uuid  NOT NULL,
    name        text  NOT NULL,
    secret_hash bytea NOT NULL,
    grants      text  NOT NULL,
    CONSTRAINT client_pkey PRIMARY KEY (tenant, id)
);

CREATE TABLE token (
    hash       bytea  NOT NULL,
    tenant     text   NOT NULL,
    client_id  uuid   NOT NULL,
    scopes     text   NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT token_pkey PRIMARY KEY (hash),
    CONSTRAINT token_client FOREIGN KEY (tenant, client_id) REFERENCES client (tenant, id) ON DELETE CASCADE
);
CREATE INDEX token_of_client ON token (tenant, client_id);

-- Final: canonical bytes, nothing is updated or deleted.
CREATE TABLE audit (
    tenant text   NOT NULL,
    id     uuid   NOT NULL,
    at     bigint NOT NULL,
    body   bytea  NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (tenant, id)
);

CREATE FUNCTION cs_audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are final';
END
$$;
CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION cs_audit_is_final();

-- Whether a commit landed, where its answer was lost (REL-4): 'done' by the commit itself, 'void' by whoever asked first.
CREATE TABLE operation (
    id      uuid   NOT NULL,
    tenant  text   NOT NULL,
    outcome text   NOT NULL CHECK (outcome IN ('done', 'void')),
    at      bigint NOT NULL,
    CONSTRAINT operation_pkey PRIMARY KEY (id)
);
CREATE INDEX operation_by_at ON operation (tenant, at);

-- Keys live outside the database; a node whose keys differ must not start.
CREATE TABLE key_fingerprint (
    kind        text  NOT NULL,
    fingerprint bytea NOT NULL,
    CONSTRAINT key_fingerprint_pkey PRIMARY KEY (kind)
);
