-- What the administrator's pages show beside what others keep.

create table dictionary_import (                  -- files of dictionaries that came in by the page
  id       text collate "C" primary key, shard int not null default 0,
  state    text not null,                         -- active | complete | failed
  actor    text not null, name text not null,     -- who sent them
  total    int not null, done int not null default 0,   -- dictionaries
  current  text,                                  -- the one under way: OID and version
  results  jsonb not null default '[]',
  created  timestamptz not null, beat timestamptz not null default clock_timestamp(),   -- of the process that works on it
  finished timestamptz
);

alter table subscription add column delivered timestamptz;      -- when the last notification was taken
alter table index_generation add column paused timestamptz;     -- an administrator has stopped bringing rows up
