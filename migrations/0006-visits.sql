-- Drafts of visits: what several people type before one of them signs. A draft is never a version of a resource.

create table draft (
  id              text primary key,
  shard           int    not null,
  encounter       text   not null,               -- id of the Encounter
  appointment     text,                          -- id of the Appointment; null for a visit without a booking and for corrections
  patient         text   not null,               -- id of the Patient
  organization    text   not null,               -- Organization/…: its staff write here
  doctor          text   not null,               -- Practitioner/…: who signs
  template        text   not null,               -- id of the Questionnaire
  template_version int   not null,               -- its version when the draft began; the draft keeps it
  version         bigint not null,               -- counts every change; a signature is for one version
  state           text   not null check (state in ('open', 'signed', 'discarded')),
  replaces        text,                          -- id of the DocumentReference that this draft corrects
  document        text,                          -- id of the DocumentReference that it became
  created         timestamptz not null,
  changed         timestamptz not null
);
create unique index draft_encounter on draft (encounter) where state = 'open';          -- one open draft of a visit
create unique index draft_appointment on draft (appointment) where appointment is not null and replaces is null;   -- a booking starts one visit
create unique index draft_walk_in on draft (patient, doctor) where state = 'open' and appointment is null and replaces is null;
create unique index draft_document on draft (document) where document is not null;
create index draft_doctor on draft (doctor) where state = 'open';

create table draft_field (
  shard       int    not null,
  draft       text   not null,
  link_id     text   not null,                   -- item of the template, or `kind:key` of an entry (diagnosis, prescription …)
  value       jsonb,                             -- null: emptied; the row stays, so that late saves see that it changed
  revision    bigint not null,                   -- draft.version of this change
  author      text   not null,                   -- Practitioner/…
  author_name text   not null,
  at          timestamptz not null,
  editor      text   not null,                   -- one window of one person: his own later saves never conflict with his earlier ones
  sequence    bigint not null,                   -- number of the save in that window: a repeated or late one changes nothing
  source      jsonb,                             -- where it was copied from: document, date, author
  unconfirmed bool   not null,
  primary key (draft, link_id)
);

create table draft_conflict (                    -- what lost the race for a field: kept and shown until a person decides
  shard       int    not null,
  draft       text   not null,
  link_id     text   not null,
  editor      text   not null,
  value       jsonb,
  author      text   not null,
  author_name text   not null,
  at          timestamptz not null,
  revision    bigint not null,
  sequence    bigint not null,
  resolved    timestamptz,
  resolved_by text,
  primary key (draft, link_id, editor)
);

create table draft_written (                     -- which resource came from which field at signing: a correction changes the same ones
  shard int not null, draft text not null, link_id text not null, reference text not null,
  primary key (draft, link_id)
);
