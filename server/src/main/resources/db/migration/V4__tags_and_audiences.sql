-- Long work that goes on after a restart where it stopped.
create table job (
  id         bigint generated always as identity primary key,
  kind       text not null,
  -- What it is about, for people: a tag, an audience.
  about      text not null,
  spec       jsonb not null,
  -- The people it is about, by the names of their profiles: a portable Roaring bitmap.
  people     bytea not null,
  -- Where it got to; what that means is the kind's.
  at         jsonb not null default '{}',
  done       bigint not null default 0,
  total      bigint not null,
  state      text not null default 'waiting'
             check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  failure    text,
  attempts   int not null default 0,
  not_before timestamptz not null default now(),
  who        text not null,
  created_at timestamptz not null default now(),
  ended_at   timestamptz
);
create index job_open on job (id) where state in ('waiting', 'running');
create index job_by_kind on job (kind, about, id);

-- Every freezing of every audience, for whoever has to account for it. The log knows the newest.
create table audience_freeze (
  id        bigint generated always as identity primary key,
  audience  text not null,
  frozen_at timestamptz not null,
  segment   text not null,
  version   int not null,
  rule      text not null,
  people    int not null,
  sha256    text not null,
  -- Against the freezing before; null for the first.
  entered   int,
  gone      int,
  who       text not null,
  unique (audience, frozen_at, version, sha256)
);

-- Audiences that are frozen again by themselves, in the brand's time.
create table audience_refresh (
  audience     text primary key,
  segment      text not null,
  rule         text not null,
  -- One of the two.
  every_s      bigint check (every_s >= 60),
  daily        time,
  next_at      timestamptz not null,
  last_at      timestamptz,
  last_failure text,
  failed_at    timestamptz,
  who          text not null,
  check ((every_s is null) <> (daily is null))
);

-- What became of each line of a list of people.
create table audience_import (
  audience text primary key,
  report   jsonb not null
);
