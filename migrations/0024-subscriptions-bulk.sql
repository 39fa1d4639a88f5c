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
