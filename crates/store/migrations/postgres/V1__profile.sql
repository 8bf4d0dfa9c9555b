-- Users, what is unique about them, and what they are found by.
-- Times are microseconds since 1970 UTC, documents are JSON text nobody queries.

-- A guard that matches nothing is no error by itself; this makes it one, so that a whole commit can be sent in one
-- flight and the first guard that does not hold ends it.
CREATE FUNCTION cs_require(held boolean, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF held IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CS001', MESSAGE = why;
    END IF;
END
$$;

-- The one clock of all nodes (REL-13), in microseconds.
CREATE FUNCTION cs_now() RETURNS bigint LANGUAGE sql VOLATILE AS
'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint';

CREATE TABLE users (
    tenant             text    NOT NULL,
    id                 uuid    NOT NULL,
    seq                bigint  NOT NULL GENERATED ALWAYS AS IDENTITY, -- the order of creation
    user_name          text    NOT NULL,
    user_name_key      text    NOT NULL,             -- ASCII lower case (SCIM-41)
    revision           bigint  NOT NULL,             -- guards commits; moves with every one
    version            bigint  NOT NULL,             -- the ETag; moves with the representation
    created_at         bigint  NOT NULL,
    modified_at        bigint  NOT NULL,
    profile            text    NOT NULL,
    password_hash      text,
    password_weak      boolean NOT NULL,
    credential_version bigint  NOT NULL,
    may_act            boolean NOT NULL,
    budget             text    NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (tenant, id),
    CONSTRAINT users_user_name UNIQUE (tenant, user_name_key)
);
CREATE INDEX users_in_order ON users (tenant, seq);

-- P and L of every user, each value held by one user only (I10).
CREATE TABLE held_value (
    tenant    text NOT NULL,
    claim     text NOT NULL CHECK (claim IN ('email', 'mobile')),
    value_key text NOT NULL,
    user_id   uuid NOT NULL,
    CONSTRAINT held_value_pkey PRIMARY KEY (tenant, claim, value_key),
    CONSTRAINT held_value_user FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
);
CREATE INDEX held_value_of_user ON held_value (tenant, user_id);

-- What a filter with eq finds: emails, phoneNumbers, externalId.
CREATE TABLE user_value (
    tenant    text NOT NULL,
    attribute text NOT NULL,
    value_key text NOT NULL,
    user_id   uuid NOT NULL,
    CONSTRAINT user_value_pkey PRIMARY KEY (tenant, attribute, value_key, user_id),
    CONSTRAINT user_value_user FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
);
CREATE INDEX user_value_of_user ON user_value (tenant, user_id);
