-- What rows are indexed by. A generation is one set of extractions: the program's own and the search parameters that users have defined.
-- Each row carries the generation that it was extracted with; a new one begins with a job that brings older rows up.

create table index_generation (
  number     smallint primary key,
  extraction int not null,                       -- which extraction of the program
  types      smallint[],                         -- whose rows must be extracted anew; null: all
  kinds      text[] not null default '{}',       -- kinds of the standard's parameters that are not searchable until it is complete
  xid        xid8 not null default pg_current_xact_id(), seq bigint not null default 0,   -- a place in the feed: a restore renumbers it
  created    timestamptz not null default now(),
  not_before timestamptz not null default now(), -- every process has learned of it by then
  planned    timestamptz,                        -- its slices stand below
  complete   timestamptz
);
insert into index_generation (number, extraction, planned, complete) values (1, 1, now(), now());

create table own_parameter (                     -- SearchParameter resources as search uses them
  id         text collate "C" primary key,       -- of the resource
  shard      int  not null,
  version    int  not null,                      -- of the resource that was read
  url        text not null,
  code       text not null,
  types      smallint[] not null,
  params     jsonb not null,                     -- by resource type: the compiled definition; empty where refused
  generation smallint not null,                  -- searchable when this one and all before it are complete
  refused    text                                -- why it is no parameter, for the administrator
);

create table reindex_slice (                     -- numbers of rows [first, last); all below position are done
  generation smallint not null, first bigint not null, last bigint not null, position bigint not null,
  brought bigint not null default 0, done bool not null default false,
  primary key (generation, first)
);
