-- Who has read, taken away or printed a signed document. The journal says that documents of a patient were opened, never which: this says which.

create table document_read (
  id           text primary key,
  shard        int         not null,
  document     text        not null,            -- id of the DocumentReference
  patient      text        not null,            -- id of the Patient
  actor        text        not null,            -- Practitioner/…, Patient/…, Device/…
  name         text        not null,            -- as he signs: a projection of the account at that moment
  role         text        not null,
  organization text,                            -- Organization/… of staff
  act          text        not null check (act in ('read', 'package', 'original', 'print')),
  reason       text,                            -- why it was printed
  at           timestamptz not null
);
create index document_read_document on document_read (document, at);
create index document_read_actor on document_read (patient, actor);
