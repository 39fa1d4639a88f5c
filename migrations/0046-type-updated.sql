-- What was written last of one type, however much of others was written since.

create index resource_type_updated on resource (type, updated);
