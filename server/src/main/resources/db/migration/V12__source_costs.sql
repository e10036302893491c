-- What winning people cost, by source and days, as somebody entered it. The list is edited as a whole.
create table source_cost (
  id       bigint generated always as identity primary key,
  source   text not null,
  from_day date not null,
  to_day   date not null,
  fen      bigint not null check (fen >= 0),
  check (from_day <= to_day)
);
