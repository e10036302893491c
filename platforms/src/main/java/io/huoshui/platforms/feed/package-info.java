/// What feeds of all vendors have in common: the maps that come with the product ([VendorMaps]), a
/// file of orders as groups of rows ([OrderFile]), and the ports [OrderSource] (asking for what
/// changed) and [Push] (being told).
@NullMarked
package io.huoshui.platforms.feed;

import org.jspecify.annotations.NullMarked;
