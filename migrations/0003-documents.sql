-- Signed documents: what is not FHIR. Bytes lie in `blob`; here stand the signatures, the files' names and the wrapped keys.

create table signing_key (
  id          text primary key,
  shard       int         not null,
  owner       text        not null,            -- `authority`, else the reference of the signer: Practitioner/…, Organization/…
  kind        text        not null,            -- ecdsa-p256, rsa-2048
  certificate bytea       not null,
  chain       bytea[]     not null,            -- issuers, the nearest first
  wrapped     bytea       not null,            -- PKCS #8 under the master key
  master      text        not null,            -- which master key
  created     timestamptz not null,
  revoked     timestamptz,
  reason      text
);
create unique index signing_key_owner on signing_key (owner) where revoked is null;
create index signing_key_master on signing_key (master);

create table document_file (                   -- what `Binary/<id>` of a DocumentReference stands for
  id         text primary key,
  shard      int    not null,
  document   text   not null,                  -- id of the DocumentReference
  sha256     bytea  not null references blob (sha256),
  media_type text   not null
);
create index document_file_document on document_file (document);

create table document_signature (
  shard       int         not null,
  document    text        not null,            -- id of the DocumentReference
  ordinal     smallint    not null,            -- in the order of signing, from 1
  role        text        not null,            -- doctor, organisation
  signer      text        not null,            -- reference of the signer
  sha256      bytea       not null references blob (sha256),   -- the signed bytes
  signature   bytea       not null references blob (sha256),   -- the CMS file, by its own hash
  certificate bytea       not null,
  signed_at   timestamptz not null,            -- as the signature says
  placed_at   timestamptz not null,            -- as this server saw it
  primary key (document, ordinal)
);
create unique index document_signature_certificate on document_signature (document, sha256, certificate);   -- nobody signs a document twice
