-- The key under which a person's own devices keep words that have not reached the server yet. Given only to that person, signed in.

create table draft_device_key (
  owner   text primary key,                      -- Practitioner/…
  shard   int   not null,
  key     bytea not null,                        -- 32 random bytes for AES-256-GCM
  created timestamptz not null
);
