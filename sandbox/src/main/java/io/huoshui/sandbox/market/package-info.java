/// Marketplaces: the brand's shops on Taobao (TOP), Douyin and Youzan answer over HTTP what its
/// history says they sold, with signatures, pages, sessions and faults; the same orders as exported
/// files (JD as well); pushes on demand.
///
/// Owns the protocols as a shop sees them, written from the vendors' side and independent of the
/// clients in platforms. Refuses to sell anything the brand's history does not know.
@NullMarked
package io.huoshui.sandbox.market;

import org.jspecify.annotations.NullMarked;
