-- Imported dictionaries, by version. They belong to no patient: `shard` is 0.

create table dictionary (
  shard    int         not null default 0,
  oid      text        not null,               -- 1.2.643.5.1.13.13.11.1005
  version  text        not null,               -- as the passport says: 2.24
  name     text        not null,
  imported timestamptz not null,
  rows     int         not null,
  hash     bytea       not null,               -- SHA-256 over the rows: the same version comes in once
  primary key (oid, version)
);

create table concept (
  shard   int  not null default 0,
  oid     text not null,
  version text not null,
  key     text not null,                       -- the passport's primary key; the code is often another column
  code    text not null,
  parent  text,                                -- code of the row above
  display text not null,
  folded  text not null,                       -- lower case, ё as е, words joined by one space
  active  bool not null,
  extra   jsonb not null,                      -- the columns that are none of the above
  primary key (oid, version, key)
);
create index concept_code on concept (oid, version, code);
