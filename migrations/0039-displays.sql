-- Displays of codes, each kept once: a row carries the hash of a display among its tokens, and `:text` looks up here which displays begin as typed.

create table display (
  param int not null,                 -- as in text_value
  key   text collate "C" not null,    -- folded, in Latin letters, as in text_value
  token bigint not null,
  primary key (param, key)
);
