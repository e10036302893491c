-- Questionnaires, every version as its author wrote it.
create table survey (
  name         text not null,
  version      int not null,
  -- What is asked, as JSON in core's form.
  body         jsonb not null,
  written      text not null,
  who          text not null,
  published_at timestamptz not null default now(),
  primary key (name, version)
);

-- Those that somebody closed; published again, they are open again.
create table survey_closed (
  name      text primary key,
  who       text not null,
  closed_at timestamptz not null
);
