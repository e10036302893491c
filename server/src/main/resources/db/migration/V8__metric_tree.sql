-- What the brand counts, as it was written; the newest is in force. None: what is shipped.
create table metric_set (
  version      int primary key,
  body         jsonb not null,
  source_text  text not null,
  who          text not null,
  published_at timestamptz not null default now()
);

-- Numbers of metrics that are no events of people. Told again, a number takes the place of the former.
create table metric_number (
  metric  text not null,
  day     date not null,
  -- Per dimension the member.
  slice   jsonb not null,
  value   double precision not null,
  told_at timestamptz not null default now(),
  primary key (metric, day, slice)
);
