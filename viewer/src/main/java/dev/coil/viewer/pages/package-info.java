/** The pages for people: static files that live on the API. */
@NullMarked
package dev.coil.viewer.pages;

import org.jspecify.annotations.NullMarked;
