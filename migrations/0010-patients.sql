-- Guards of the registry desk, written in the store's transaction, and the double of the insured-persons register.

create table card_series (                     -- one running number for each clinic
  organization text primary key,               -- Organization/…
  shard  int    not null,
  prefix int    not null unique,
  last   bigint not null
);

create table person_claim (                    -- two desks never open one person twice
  key     bytea primary key,                   -- SHA-256 of what identifies: СНИЛС, policy, name and birth date, card number, key of the act
  shard   int  not null,
  patient text not null
);
create index person_claim_patient on person_claim (patient);

create table insured_person (                  -- who is insured: data of the fund, imported
  enp        text primary key,
  shard      int  not null,
  snils      text,
  family     text not null,
  given      text not null,
  patronymic text,
  sex        text not null,
  birth_date date not null,
  insurer    text not null,
  since      date,
  region     text,
  city       text,
  line       text,
  rural      bool not null default false,
  demo       bool not null default false
);
create index insured_person_snils on insured_person (snils);
create index insured_person_birth on insured_person (birth_date);

create table booking_cell (                    -- five minutes of a doctor belong to one booking
  role        text        not null,            -- PractitionerRole/…
  cell        timestamptz not null,
  shard       int         not null,
  appointment text        not null,
  primary key (role, cell)
);
create index booking_cell_appointment on booking_cell (appointment);
