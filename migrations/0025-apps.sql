-- Apps that speak FHIR for a person or for themselves (SMART App Launch 2.2), and what the authorization server keeps for them.
-- Tokens, codes and session ids stand here only as SHA-256; secrets of clients as argon2id.

alter table service_client alter column secret_hash drop not null;
alter table service_client
  add column kind          text   not null default 'service',             -- service: a program of its own · app: on behalf of a person
  add column method        text   not null default 'client_secret_basic', -- client_secret_basic | client_secret_post | private_key_jwt | none
  add column redirect_uris text[] not null default '{}',
  add column launch_uri    text,                                          -- where the app is opened from the card
  add column jwks          jsonb,
  add column jwks_uri      text,
  add column about         text;                                          -- one line for people: what the app is for

create table oauth_entry (                                -- sessions, codes, tokens, grants of the authorization server
  kind     text  not null,
  id       bytea not null,                                -- SHA-256 of the value that leaves the process
  shard    int   not null,
  client   text,
  account  text,
  grant_id text,
  uid      text,
  payload  jsonb not null,
  consumed timestamptz,                                   -- a code or refresh token that was used: used again it ends its grant
  expires  timestamptz not null,
  primary key (kind, id)
);
create index oauth_entry_grant on oauth_entry (grant_id) where grant_id is not null;
create index oauth_entry_expires on oauth_entry (expires);

create table app_grant (                                  -- what a person allowed an app, with the context of the launch
  id        text primary key,
  shard     int not null,
  account   text not null,
  client    text not null,
  scope     text not null,
  patient   text,
  encounter text,
  session   bytea not null,                               -- the sign-in in which it was allowed
  offline   bool not null,                                -- outlives this sign-in
  created   timestamptz not null
);
create index app_grant_account on app_grant (account);
create index app_grant_session on app_grant (session);

create table app_consent (                                -- “do not ask again”
  account text not null, client text not null, shard int not null, scope text not null, created timestamptz not null,
  primary key (account, client)
);

create table app_launch (                                 -- an app opened from a card: what it may learn once, soon
  token     bytea primary key,
  shard     int not null,
  account   text not null,
  client    text not null,
  patient   text,
  encounter text,
  expires   timestamptz not null,
  used      timestamptz
);

create table oauth_key (                                  -- keys that sign identity tokens, wrapped by the master key
  kid     text primary key,
  shard   int not null,
  master  text not null,
  wrapped bytea not null,
  created timestamptz not null
);

drop table access_token;
