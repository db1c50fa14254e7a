package io.forebay.simulator.report;

import io.forebay.simulator.ledger.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Draws curves over a common axis as SVG: a grid with round numbers, the curves, bands behind them and marks above them.
 * Made for one drawing.
 */
final class Chart {
    static final int WIDTH = 960;
    static final int LEFT = 70;
    static final int RIGHT = 16;
    private static final int TOP = 24;
    private static final int BOTTOM = 30;
    private static final int X_TICKS = 8;
    private static final int LABEL_PX = 8;

    /**
     * A curve.
     *
     * @param name in the legend
     * @param style class of the line
     * @param values one for each x; NaN: there is none
     */
    record Curve(String name, String style, double[] values) {}

    /** A stretch of the x axis with something to say. */
    record Band(double from, double to, String label, String style) {}

    private final int height;
    private final double[] xs;
    private final double xMax;
    private final boolean logarithmic;
    private final DoubleFunction<String> yText;
    private final DoubleFunction<String> xText;
    private final StringBuilder svg = new StringBuilder();
    private double yMin;
    private double yMax;

    Chart(
            int height,
            double[] xs,
            double xMax,
            boolean logarithmic,
            DoubleFunction<String> xText,
            DoubleFunction<String> yText) {
        this.height = height;
        this.xs = xs;
        this.xMax = xMax <= 0 ? 1 : xMax;
        this.logarithmic = logarithmic;
        this.xText = xText;
        this.yText = yText;
    }

    String draw(List<Curve> curves, List<Band> bands, List<Double> xTicks) {
        scale(curves);
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %d %d' class='chart' data-left='%d' data-right='%d' data-max='%.3f'>",
                WIDTH,
                height,
                LEFT,
                RIGHT,
                xMax));
        bands.forEach(this::band);
        grid(xTicks);
        curves.forEach(this::curve);
        svg.append("<line class='cursor' y1='")
                .append(TOP)
                .append("' y2='")
                .append(height - BOTTOM)
                .append("' x1='-9' x2='-9'/></svg>");
        return svg.toString();
    }

    private void scale(List<Curve> curves) {
        double highest = 0;
        double lowest = Double.MAX_VALUE;
        for (Curve curve : curves) {
            for (double value : curve.values()) {
                if (value > 0) {
                    highest = Math.max(highest, value);
                    lowest = Math.min(lowest, value);
                }
            }
        }
        if (logarithmic) {
            yMin = highest == 0 ? 1 : Math.pow(10, Math.floor(Math.log10(lowest)));
            yMax = highest == 0 ? 10 : Math.max(10 * yMin, Math.pow(10, Math.ceil(Math.log10(highest) - 1e-9)));
        } else {
            yMax = highest == 0 ? 1 : roundUp(highest);
        }
    }

    private static double roundUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10}) {
            if (value <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private double x(double value) {
        return LEFT + value / xMax * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        double share = logarithmic
                ? (Math.log10(Math.max(value, yMin)) - Math.log10(yMin)) / (Math.log10(yMax) - Math.log10(yMin))
                : value / yMax;
        return height - BOTTOM - share * (height - TOP - BOTTOM);
    }

    private void grid(List<Double> xTicks) {
        for (double value : yTicks()) {
            line("grid", LEFT, y(value), WIDTH - RIGHT, y(value));
            text("axis end", LEFT - 8, y(value) + 4, yText.apply(value));
        }
        for (double value : xTicks) {
            line("tick", x(value), height - BOTTOM, x(value), height - BOTTOM + 5.0);
            text(
                    x(value) > WIDTH - 40 ? "axis end" : "axis middle",
                    x(value) > WIDTH - 40 ? WIDTH - 2.0 : x(value),
                    height - BOTTOM + 19.0,
                    xText.apply(value));
        }
    }

    private List<Double> yTicks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double value = yMin; value <= yMax * 1.001; value *= 10) {
                ticks.add(value);
            }
        } else {
            for (int i = 0; i <= 4; i++) {
                ticks.add(yMax * i / 4);
            }
        }
        return ticks;
    }

    /** Round seconds, minutes or hours, about eight of them. */
    static List<Double> timeTicks(double seconds) {
        double[] steps = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400
        };
        double step = steps[steps.length - 1];
        for (int i = steps.length - 1; i >= 0 && seconds / steps[i] <= X_TICKS + 1; i--) {
            step = steps[i];
        }
        List<Double> ticks = new ArrayList<>();
        for (double at = 0; at <= seconds * 1.0001; at += step) {
            ticks.add(at);
        }
        return ticks;
    }

    static String time(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
        }
        return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    private void curve(Curve curve) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < xs.length; i++) {
            double value = curve.values()[i];
            if (Double.isNaN(value)) {
                drawing = false;
                continue;
            }
            path.append(String.format(Locale.ROOT, "%s%.1f,%.1f", drawing ? " L" : " M", x(xs[i]), y(value)));
            drawing = true;
        }
        svg.append("<path class='curve ")
                .append(curve.style())
                .append("' d='")
                .append(path)
                .append("'/>");
    }

    private void band(Band band) {
        double from = x(Math.min(band.from(), xMax));
        double width = Math.max(2, x(Math.min(band.to(), xMax)) - from);
        svg.append(String.format(
                Locale.ROOT,
                "<rect class='%s' x='%.1f' y='%d' width='%.1f' height='%d'><title>%s</title></rect>",
                band.style(),
                from,
                TOP,
                width,
                height - TOP - BOTTOM,
                Html.escape(band.label())));
        if (band.style().startsWith("phase") && width > band.label().length() * (double) LABEL_PX) {
            text("phasename", from + 4, TOP - 8.0, band.label());
        }
    }

    private void line(String style, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT, "<line class='%s' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", style, x1, y1, x2, y2));
    }

    private void text(String style, double x, double y, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text class='%s' x='%.1f' y='%.1f'>%s</text>", style, x, y, Html.escape(text)));
    }

    /** {@code 1 500}, {@code 20 k}, {@code 1.5 M}. */
    static String amount(double number) {
        if (number >= 1e6) {
            return Text.decimal(number / 1e6).replaceFirst("\\.0$", "") + " M";
        }
        if (number >= 10_000) {
            return Text.decimal(number / 1e3).replaceFirst("\\.0$", "") + " k";
        }
        return number == Math.rint(number) ? Text.count((long) number) : Text.decimal(number);
    }

    static String micros(double us) {
        return Text.micros(Math.round(us)).replaceFirst("\\.0(?= )", "");
    }
}
