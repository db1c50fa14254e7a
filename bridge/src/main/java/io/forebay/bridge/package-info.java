/** placeholder. */
package io.forebay.bridge;
