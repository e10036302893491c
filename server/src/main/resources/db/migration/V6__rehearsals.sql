-- What came of a rehearsal, one row per variant. The job says how far it is.
create table rehearsal_report (
  job      bigint not null references job (id) on delete cascade,
  variant  int not null,
  name     text not null,
  -- As text, so that it is the report byte for byte.
  body     text not null,
  zh       text not null,
  en       text not null,
  -- What became of its expectations.
  outcomes jsonb not null,
  -- Who was to get what when, as CSV with a head; the first rows of them when they are many.
  sends    text not null,
  messages bigint not null,
  primary key (job, variant)
);
