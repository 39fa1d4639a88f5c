-- A program that brings records in pieces, or for trial, may be allowed references to what is not there (yet). Nobody is unless an
-- administrator says so for this one client.
alter table service_client add column dangling_references bool not null default false;
