-- Who has read the outbox how far, who does what at the moment, and which files were imported. These rows coordinate processes and
-- belong to no patient, but for what a reaction has set aside.

create table reaction_position (               -- each reaction reads the outbox at its own pace; all up to (xid, seq) is done or parked
  name text primary key, xid xid8 not null, seq bigint not null, updated timestamptz not null default now()
);

create table reaction_parked (                 -- changes that a reaction could not do yet, in order within a patient
  name text not null, xid xid8 not null, seq bigint not null, shard int not null,
  line text not null,                          -- what order is kept within: the patient, else the resource
  change jsonb not null, tries int not null, next_try timestamptz not null,
  error text not null,                         -- code of the refusal or name of the error; never its text, which may quote a patient
  set_aside timestamptz,                       -- given up after the last try: waits for a person
  primary key (name, xid, seq)
);
create index reaction_parked_line on reaction_parked (name, line, xid, seq) where set_aside is null;
create index reaction_parked_due on reaction_parked (name, next_try) where set_aside is null;

create table feed_horizon (                    -- all up to (xid, seq) has been pruned from the outbox
  single bool primary key default true check (single), xid xid8 not null, seq bigint not null
);
insert into feed_horizon (xid, seq) values ('0', 0);
create index outbox_at on outbox (at);

create table lease (                           -- a piece of work and who may do it until when; fencing grows with each new holder
  name text primary key, holder text not null, deadline timestamptz not null, fencing bigint not null
);

create table job_run (
  name text not null, started timestamptz not null, holder text not null, fencing bigint not null,
  finished timestamptz, error text,
  primary key (name, started)
);

create table imported_file (                   -- written in the transactions of its content: a file is never there twice
  sha256 bytea primary key, name text not null, started timestamptz not null, finished timestamptz,
  position bigint not null default 0,          -- lines or Bundles of the file that are done
  written bigint not null default 0, refused bigint not null default 0
);
