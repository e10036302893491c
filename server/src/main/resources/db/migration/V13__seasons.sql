-- Promotion seasons, as they are written.
create table season (
  name       text primary key,
  -- The definition as JSON.
  body       text not null,
  changed_at timestamptz not null,
  who        text not null
);

-- The review of a season that was closed: it stays what it was.
create table season_report (
  season    text primary key references season (name),
  closed_at timestamptz not null,
  -- The log record up to which its numbers are.
  record    bigint not null,
  -- The report as JSON, byte for byte.
  body      text not null,
  sha256    text not null,
  who       text not null
);
