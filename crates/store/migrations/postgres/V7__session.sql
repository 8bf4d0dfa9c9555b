-- Sessions of browsers. One is alive while it is young enough, was seen lately, and its user may act on the credential it
-- was opened on; nothing has to be written for it to end.
CREATE TABLE session (
    hash               bytea  NOT NULL,              -- of the token: what it is found by
    tenant             text   NOT NULL,
    id                 uuid   NOT NULL,              -- what lists show; the order of opening
    user_id            uuid   NOT NULL,
    credential_version bigint NOT NULL,              -- of the user, when it was opened
    created_at         bigint NOT NULL,
    authenticated_at   bigint NOT NULL,              -- when the password was last shown
    seen_at            bigint NOT NULL,
    expires_at         bigint NOT NULL,              -- however busy it is
    address            text,
    client             text,
    CONSTRAINT session_pkey PRIMARY KEY (hash),
    CONSTRAINT session_owner FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX session_of_user ON session (tenant, user_id, id);
