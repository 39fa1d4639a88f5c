-- The FHIR store: one row per current resource, its exact JSON as text, and what search reads from it beside it.
-- No triggers, no MERGE, no native partitions; `shard` stands in every table so that the data can be distributed later.

create table setting (key text primary key, value text not null);

create sequence resource_number increment by 1000;   -- each process takes blocks of a thousand numbers

create table resource (
  rid         bigint      not null,            -- number of the resource, the same through all its versions
  compartment bigint      not null,            -- number of the primary patient, or the own one where there is none
  code        bigint,                          -- token hash of the main code, where it has exactly one coding
  date_lo     timestamptz,                     -- first and last instant of the main date
  date_hi     timestamptz,
  value       float8,                          -- valueQuantity.value
  updated     timestamptz not null,
  version     int         not null,
  generation  smallint    not null,            -- index generation the row was extracted with
  shard       int         not null,
  type        smallint    not null,
  id          text collate "C" not null,
  deleted     bool        not null default false,
  tokens      bigint[]    not null,            -- keyed hashes over (type, parameter, form, value)
  content     text        not null             -- exact JSON, meta included; empty where deleted
);
create unique index resource_id on resource (type, id);
create unique index resource_rid on resource (rid);
create unique index resource_patient on resource (compartment) where type = 0;   -- equal numbers mean the same patient
create index resource_compartment_date on resource (compartment, type, date_lo desc nulls last);   -- newest first, as cards are read
create index resource_compartment_code on resource (compartment, code, date_lo);
create index resource_code_date on resource (code, date_lo);
create index resource_tokens on resource using gin (tokens) with (gin_pending_list_limit = 256);
alter table resource alter column content set compression pglz;

create table date_value   (param int not null, low timestamptz not null, high timestamptz not null, shard int not null, rid bigint not null);
create table number_value (param int not null, unit bigint not null, low float8 not null, high float8 not null, shard int not null, rid bigint not null);
create table text_value   (param int not null, value text collate "C" not null, shard int not null, rid bigint not null);
create index date_value_covering   on date_value   (param, low, high, rid);
create index number_value_covering on number_value (param, unit, low, high, rid);
create index text_value_covering   on text_value   (param, value, rid);
create index date_value_rid   on date_value   (rid);
create index number_value_rid on number_value (rid);
create index text_value_rid   on text_value   (rid);

create table history (                         -- superseded versions, append-only
  shard int not null, type smallint not null, id text collate "C" not null, version int not null,
  compartment bigint not null, updated timestamptz not null, deleted bool not null, tokens bigint[] not null, content text not null,
  primary key (type, id, version)
);
create index history_updated on history (updated);
create index resource_updated on resource (updated);

create table outbox (                          -- read only below the oldest open transaction, in order (xid, seq)
  xid xid8 not null default pg_current_xact_id(), seq bigint generated always as identity,
  shard int not null, type smallint not null, id text not null, version int not null, outcome text not null,
  patient text, actor text not null, at timestamptz not null,
  primary key (xid, seq)
);

create table claim (shard int not null, key bigint not null, primary key (shard, key));

create table answered (                        -- idempotency keys with the first answer
  shard int not null, actor text not null, key text not null, answer text not null, at timestamptz not null,
  primary key (actor, key)
);

create table blob (sha256 bytea primary key, shard int not null, bytes bytea not null, at timestamptz not null default now());
alter table blob alter column bytes set storage external;
