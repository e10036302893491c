package io.huoshui.sandbox.brand;

/// One article.
///
/// @param priceFen list price in fen
public record Product(String sku, String name, Category category, long priceFen) {}
