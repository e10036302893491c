-- Where alerts are told. What is needed to get there is sealed: a robot's address is its key.
create table alert_route (
  name       text primary key,
  kind       text not null,
  -- As it may be shown.
  shown      text not null,
  target     text not null,
  created_at timestamptz not null default now()
);

-- What is watched, and what is remembered between two looks.
create table alert_rule (
  name          text primary key,
  body          jsonb not null,
  who           text not null,
  created_at    timestamptz not null default now(),
  since         text,
  told          boolean not null default false,
  snoozed_until timestamptz,
  judged        text,
  -- Why the last look failed.
  trouble       text
);

create table alert_history (
  id          bigint generated always as identity primary key,
  rule        text not null,
  happened_at timestamptz not null,
  days        text not null,
  what        text not null,
  value       double precision,
  zh          text not null,
  en          text not null
);
create index alert_history_rule on alert_history (rule, id);

-- What is to be told, and what became of it.
create table alert_notice (
  id         bigint generated always as identity primary key,
  rule       text not null,
  route      text not null,
  title      text not null,
  body       text not null,
  created_at timestamptz not null default now(),
  attempts   int not null default 0,
  not_before timestamptz not null default now(),
  failure    text,
  -- open, told, refused, given_up
  state      text not null default 'open'
);
create index alert_notice_open on alert_notice (not_before) where state = 'open';
