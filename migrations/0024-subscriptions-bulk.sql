-- Who is told of changes, and how far he has been told.

create table subscription (
  id       text collate "C" primary key,          -- of the Subscription
  shard    int  not null,
  state    text not null,                         -- active | error | off
  type     text not null, query text not null,    -- criteria
  xid      xid8 not null, seq bigint not null,    -- all up to here is delivered, or did not concern it
  sent     bigint not null default 0,
  tries    int  not null default 0,               -- in a row that failed
  next_try timestamptz not null default now(),
  failed   timestamptz,                           -- since when
  error    text,                                  -- code of the last failure, and its details
  details  jsonb not null default '{}'
);

create table subscriber (                         -- who asked for it, as he came: what he may see is looked up whenever something is sent
  id text collate "C" primary key, shard int not null, caller jsonb not null
);

-- Bulk data. Files lie in the database: processes share no folder, a backup holds them, and they go with their job.

create table bulk_job (
  id       text collate "C" primary key,
  shard    int  not null,
  kind     text not null,                         -- export | import
  state    text not null,                         -- receiving | active | complete | failed | cancelled
  account  text not null,
  caller   jsonb not null,                        -- who asked, as he came
  request  text not null,                         -- the address of the kick-off
  asked    jsonb not null,                        -- what was asked for
  created  timestamptz not null,                  -- of an export: the instant that it shows
  place    jsonb not null default '{}',           -- how far it is; moved in the transaction of what was done
  done     bigint not null default 0,             -- resources exported, lines imported
  refused  bigint not null default 0,
  finished timestamptz, expires timestamptz,
  error    text, details jsonb not null default '{}'
);

create table bulk_part (                          -- pieces of NDJSON, each a gzip member: one after the other they are a gzip file
  job text collate "C" not null, file int not null, piece int not null, shard int not null,
  kind text not null,                             -- output | deleted | error | input
  type text not null, lines int not null, bytes bytea not null,
  primary key (job, file, piece)
);
alter table bulk_part alter column bytes set storage external;
