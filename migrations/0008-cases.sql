-- Cases and the account: which closed case went into which export, so that nothing is billed twice.

create table case_batch (                        -- one export of services
  id           text primary key,                 -- made by the screen: the same id asked again is the same batch
  shard        int    not null,
  organization text   not null,                  -- Organization/…
  number       int,                              -- within the organization, from 1; null while it is being gathered
  month        text   not null,                  -- 2026-11
  payer        text,                             -- code of the payer; null: all
  state        text   not null check (state in ('gathering', 'ready', 'failed')),
  done         int    not null,                  -- cases read so far
  total        int    not null,                  -- cases of the month
  services     int    not null,
  content      text,                             -- the table as it was handed out: a repeated download is the same to the letter
  made         timestamptz not null,
  made_by      text   not null                   -- reference of who exported
);
create unique index case_batch_number on case_batch (organization, number) where number is not null;
create index case_batch_made on case_batch (organization, made);

create table case_bill (                         -- the state of a case's account: closing, reopening and exporting lock this row
  episode      text primary key,                 -- id of the EpisodeOfCare
  shard        int    not null,
  organization text   not null,
  version      int    not null,                  -- version of the EpisodeOfCare that is closed
  open         bool   not null,                  -- reopened since: not to be billed
  batch        text references case_batch (id)   -- null: not exported yet
);
create index case_bill_batch on case_bill (batch) where batch is not null;
