/// Marketplaces: the brand's shops on Taobao, JD, PDD, Douyin, Youzan, Meituan and Eleme answer
/// over HTTP what its history says they sold, with signatures, pages, windows, sessions and faults;
/// the same orders as exported files; pushes on demand.
///
/// Owns the protocols as a shop sees them, one file per [Vendor], written from the vendors' side
/// and independent of the clients in platforms. Refuses to sell anything the brand's history does
/// not know.
@NullMarked
package io.huoshui.sandbox.market;

import org.jspecify.annotations.NullMarked;
