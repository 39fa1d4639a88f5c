-- Searches without a patient: of a type by its main date (the day of a clinic), and of a code newest first without sorting.

create index resource_type_date on resource (type, date_lo desc nulls last);
drop index resource_code_date;
create index resource_code_date on resource (code, date_lo desc nulls last);
