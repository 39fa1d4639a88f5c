-- Dictionaries as versioned code systems: what an expansion, a look-up and a filter ask of them.

alter table dictionary add column title     text;                          -- the full name
alter table dictionary add column passport  jsonb;                         -- fields and keys as the ministry gave them
alter table dictionary add column also      text[]   not null default '{}';  -- further OIDs of the same dictionary
alter table dictionary add column format    smallint not null default 1;   -- of the rows below; an older one is read anew by the next import
alter table dictionary add column resource  text;                          -- id of its CodeSystem

alter table concept add column place        int      not null default 0;   -- order in the dictionary
alter table concept add column abstract     bool     not null default false;  -- groups others, is not chosen itself
alter table concept add column designations jsonb;                         -- other names: [{language, value}]
alter table concept add column words        tsvector not null default '';  -- folded words and their stems, of all names and codes
create index concept_place  on concept (oid, version, place);
create index concept_parent on concept (oid, version, parent) where parent is not null;
create index concept_words  on concept using gin (words);
