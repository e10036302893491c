-- Coupons follow the log: what is read from it, and how far.

alter table coupon
  add column threshold_fen bigint not null default 0 check (threshold_fen >= 0),
  -- What the till took off; null while unused, and when it was used on a till that is not ours.
  add column discount_fen  bigint check (discount_fen >= 0),
  -- Whether the log knows that it was redeemed.
  add column in_log        boolean not null default false;

create index coupon_redeemed_unlogged on coupon (code) where order_id is not null and not in_log;

-- The number of the first event a table has not seen yet.
create table follows (
  name       text primary key,
  next_event int  not null check (next_event >= 0)
);
